@rem NOT TRIED on Windows yet. run ARGS: set up what is not ready, then `fieldoffice ARGS`; the same as ./run elsewhere.
@rem It needs Python 3.11 with its launcher `py`, or a Python named in FIELDOFFICE_PYTHON.
@echo off
setlocal
call "%~dp0setup\common.cmd"
if errorlevel 1 exit /b %errorlevel%
"%python%" -m fieldoffice %*
exit /b %errorlevel%
