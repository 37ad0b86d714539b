@echo off
rem Quita el registro, y si se pide tambien cuentas, cola e historial. / Removes the registration, and if asked for the accounts too.
set borrar=
set /p borrar="Borrar tambien sus cuentas, la cola y el historial? / Delete your accounts, outbox and history too? [s/N] "
if /i "%borrar%"=="s" goto all
"%~dp0correo-cfdi.exe" uninstall
goto done
:all
"%~dp0correo-cfdi.exe" uninstall --erase --yes
:done
echo.
echo Ya puede borrar esta carpeta. / You may delete this folder now.
pause
