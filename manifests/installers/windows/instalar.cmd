@echo off
rem Registra el programa de esta carpeta con los navegadores de este usuario, y abre los primeros pasos.
rem Registers the program in this folder with this user's browsers, and opens the first steps.
"%~dp0correo-cfdi.exe" install
if errorlevel 1 goto failed
start "" "%~dp0primeros-pasos.html"
pause
exit /b 0
:failed
echo.
echo No se pudo registrar; abajo, lo que se encontro. / It could not be registered; what was found is below.
"%~dp0correo-cfdi.exe" doctor
pause
exit /b 1
