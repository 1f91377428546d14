@echo off
rem Starts BatchNorm Lab. Options of Java itself, such as -Xmx4g, go into BATCHNORM_LAB_OPTS, folders
rem and jars with layers of the user's own into BATCHNORM_LAB_CLASSPATH.
setlocal
set "LIB=%~dp0..\lib"

set "JAVA="
if defined JAVA_HOME (
  if exist "%JAVA_HOME%\bin\java.exe" set "JAVA=%JAVA_HOME%\bin\java.exe"
) else (
  for %%i in (java.exe) do set "JAVA=%%~$PATH:i"
)
if not defined JAVA (
  echo BatchNorm Lab needs Java 17 or newer, and finds no java.exe in JAVA_HOME or else in PATH.>&2
  exit /b 1
)

rem Its version. Most have a file that tells it in no time.
for %%i in ("%JAVA%") do set "RELEASE=%%~dpi..\release"
if exist "%RELEASE%" (
  findstr /r /c:"^JAVA_VERSION=.[1-9]\." /c:"^JAVA_VERSION=.1[0-6]\." "%RELEASE%" >nul && (
    echo BatchNorm Lab needs Java 17 or newer, and "%JAVA%" is older.>&2
    exit /b 1
  )
)

rem The build of PyTorch for the processor would win over the one for a GPU.
set "CPU=;%LIB%\cpu\*"
call :look %*
set BATCHNORM_LAB_OPTS 2>nul | findstr /c:"-Dbn.device=gpu" >nul && set "CPU="

set "OWN="
if defined BATCHNORM_LAB_CLASSPATH set "OWN=;%BATCHNORM_LAB_CLASSPATH%"

"%JAVA%" @{jvm.options} -Dbatchnormlab.command=%~n0 %BATCHNORM_LAB_OPTS% -cp "%LIB%\*%CPU%%OWN%" @{main.class} %*
exit /b %ERRORLEVEL%

:look
if "%~1"=="" exit /b 0
set "VALUE=%~2"
if "%~1"=="--device" if "%VALUE:~0,3%"=="gpu" set "CPU="
shift
goto look
