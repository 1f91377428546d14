@echo off
rem Starts BatchNorm Lab. Options of Java itself, such as -Xmx4g, go into BATCHNORM_LAB_OPTS, folders
rem and jars with layers of the user's own into BATCHNORM_LAB_CLASSPATH.
setlocal EnableExtensions DisableDelayedExpansion
set "LIB=%~dp0..\lib"

if not defined JAVA_HOME goto fromPath
rem Some have quotes around it.
set "JAVA=%JAVA_HOME:"=%\bin\java.exe"
if exist "%JAVA%" goto found
goto none

:fromPath
set "JAVA="
for %%i in (java.exe) do set "JAVA=%%~$PATH:i"
if defined JAVA goto found

:none
echo BatchNorm Lab needs Java 17 or newer, and finds no java.exe in JAVA_HOME or else in PATH.>&2
exit /b 1

:found
rem Its version. Most have a file that tells it in no time.
set "VERSION="
for %%i in ("%JAVA%") do set "RELEASE=%%~dpi..\release"
if exist "%RELEASE%" for /f "usebackq tokens=1,2 delims==" %%i in ("%RELEASE%") do if "%%i"=="JAVA_VERSION" set "VERSION=%%~j"
if defined VERSION for /f "delims=.-+_" %%i in ("%VERSION%") do if %%i LSS 17 (
  echo BatchNorm Lab needs Java 17 or newer, and this is Java %VERSION%.>&2
  exit /b 1
)

rem The build of PyTorch for the processor would win over the one for a GPU. What is asked for is looked
rem for between quotes, where nothing is a command, and so without the quotes of the arguments.
set "CPU=;%LIB%\cpu\*"
set ASKED=%* %BATCHNORM_LAB_OPTS%
set "ASKED=%ASKED:"=%"
set "ASKED=%ASKED:-Dbn.device=--device%"
set "REST=%ASKED:*--device=%"
if "%REST%"=="%ASKED%" goto forAll
for /f "tokens=1 delims== " %%i in ("%REST%") do set "REST=%%i"
if "%REST:~0,3%"=="gpu" set "CPU="

:forAll
set "OWN="
if not defined BATCHNORM_LAB_CLASSPATH goto run
rem Behind it a folder, as a backslash before the quote would take the quote for a letter.
set "OWN=;%BATCHNORM_LAB_CLASSPATH:"=%;%LIB%"

:run
rem The arguments go on as they came, with their quotes.
"%JAVA%" @{jvm.options} "-Dbatchnormlab.command=%~n0" %BATCHNORM_LAB_OPTS% -cp "%LIB%\*%CPU%%OWN%" @{main.class} %*
exit /b %ERRORLEVEL%
