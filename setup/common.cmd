@rem Called by run.cmd and test.cmd: bring this folder up to date. Arguments as for setup\install.py. NOT TRIED.
@set "python=%~dp0..\.venv\Scripts\python.exe"
@if exist "%python%" goto :found
@set "python=py -3.11"
@if defined FIELDOFFICE_PYTHON set "python="%FIELDOFFICE_PYTHON%""
@%python% -S -E "%~dp0install.py" %*
@if errorlevel 1 exit /b 2
@goto :ready
:found
@"%python%" -S -E "%~dp0install.py" %*
@if errorlevel 1 exit /b 2
:ready
@set "python=%~dp0..\.venv\Scripts\python.exe"
@exit /b 0
