@rem NOT TRIED on Windows yet. test: set up, then ruff, basedpyright and the tests; test --long: at full counts;
@rem test ARGS: only pytest, with these arguments. The same as ./test elsewhere.
@echo off
setlocal
set "workers=-n 2 --dist loadgroup --max-worker-restart 0"
call "%~dp0setup\common.cmd" test
if errorlevel 1 exit /b %errorlevel%
cd /d "%~dp0"
if "%~1"=="--long" goto :long
if not "%~1"=="" goto :some
:all
set "failed=0"
echo ruff:
"%python%" -m ruff check --output-format concise .
if errorlevel 1 set "failed=1"
echo basedpyright:
"%python%" -m basedpyright
if errorlevel 1 set "failed=1"
if not "%failed%"=="0" echo The checks above failed, and so does this run; the tests follow all the same.
"%python%" -m pytest %workers%
if errorlevel 1 set "failed=1"
exit /b %failed%
:long
set "FIELDOFFICE_LONG=1"
if "%~2"=="" goto :all
"%python%" -m pytest %2 %3 %4 %5 %6 %7 %8 %9
exit /b %errorlevel%
:some
"%python%" -m pytest %*
exit /b %errorlevel%
