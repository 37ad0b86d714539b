; Instalador por usuario / installer for one person, without an administrator. Made by manifests/pack, which defines:
;   VERSION, VERSION4 (four numbers), OUT (this installer), FILES (list of File commands), REGISTRY (list of keys),
;   PUBLISHER, SUPPORT (may be empty), KIB (size), SIGN (a command for the uninstaller, may be missing)
;
; Switches: /S asks nothing; desinstalar.exe /S keeps accounts and history, and with /BORRAR deletes them too.
; Exit codes: 0 installed; 1 cancelled; 2 some file could not be written; 3 installed, but no browser can start it;
; 1638 a newer version is installed.
Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
SetCompressor /SOLID lzma
CRCCheck force
AllowSkipFiles off
ShowInstDetails show
ShowUninstDetails show

!include MUI2.nsh
!include LogicLib.nsh
!include WordFunc.nsh
!include FileFunc.nsh

!define TITLE "Correo CFDI"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\CorreoCFDI"
; ERROR_PRODUCT_VERSION: what the Windows Installer answers in the same case.
!define NEWER_IS_INSTALLED 1638
; Longest wait for the doctor, in milliseconds: without a network every server takes its time.
!define DOCTOR_WAIT 90000

Name "${TITLE}"
OutFile "${OUT}"
BrandingText "${TITLE} ${VERSION}"
VIProductVersion "${VERSION4}"
VIFileVersion "${VERSION4}"
VIAddVersionKey "ProductName" "${TITLE}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Instalador de ${TITLE}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "MIT OR Apache-2.0"

!ifdef SIGN
!uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "${TITLE} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "$(WELCOME)"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_FINISHPAGE_TEXT "$(FINISH)"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(FIRST_STEPS)"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenFirstSteps
!define MUI_FINISHPAGE_SHOWREADME "$INSTDIR\diagnostico.txt"
!define MUI_FINISHPAGE_SHOWREADME_TEXT "$(SHOW_DOCTOR)"
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
; The first language is that of every system that has neither.
!insertmacro MUI_LANGUAGE "SpanishInternational"
!insertmacro MUI_LANGUAGE "English"

!macro Text NAME SPANISH ENGLISH
  LangString ${NAME} ${LANG_SPANISHINTERNATIONAL} "${SPANISH}"
  LangString ${NAME} ${LANG_ENGLISH} "${ENGLISH}"
!macroend
!insertmacro Text WELCOME \
  "Se instala para usted, sin permiso de administrador, en su carpeta de programas, y se registra con los navegadores de este equipo.$\r$\n$\r$\nNo hace falta cerrar el navegador." \
  "It is installed for you, without an administrator, in your own folder of programs, and registered with the browsers of this computer.$\r$\n$\r$\nThe browser need not be closed."
!insertmacro Text FINISH \
  "El programa quedó instalado. Falta la extensión del navegador: los primeros pasos lo llevan." \
  "The program is installed. What is missing is the browser's extension: the first steps lead there."
!insertmacro Text FIRST_STEPS "Abrir los primeros pasos" "Open the first steps"
!insertmacro Text SHOW_DOCTOR "Ver el diagnóstico de este equipo" "Show what was found on this computer"
!insertmacro Text NEWER \
  "Ya está instalada la versión $0 de Correo CFDI, más nueva que ésta (${VERSION}); no se cambió nada. Si quiere volver a ésta, desinstale antes la otra en Configuración, Aplicaciones; sus cuentas y su historial se conservan." \
  "Version $0 of Correo CFDI is installed and newer than this one (${VERSION}); nothing was changed. To go back, uninstall it first in Settings, Apps; your accounts and history are kept."
!insertmacro Text IN_USE \
  "No se pudo apartar el programa anterior. Cierre los navegadores e intente de nuevo." \
  "The former program could not be moved out of the way. Close the browsers and try again."
!insertmacro Text NOT_REGISTERED \
  "El programa quedó instalado, pero ningún navegador lo puede iniciar todavía (código $0). El diagnóstico dice por qué; si lo bloqueó el antivirus, pida a soporte que lo permita." \
  "The program is installed, but no browser can start it yet (code $0). The diagnosis says why; if an antivirus program blocked it, ask support to allow it."
!insertmacro Text ALSO_DATA \
  "¿Borrar también las cuentas, la cola de envíos y el historial de Correo CFDI de este usuario?$\r$\n$\r$\nNo se puede deshacer. Si elige No, se conservan para cuando vuelva a instalar." \
  "Delete this user's accounts, outbox and history of Correo CFDI too?$\r$\n$\r$\nThis cannot be undone. If you choose No, they are kept for when you install again."
!insertmacro Text DATA_STAYS \
  "No se borraron las cuentas ni el historial (código $0)." \
  "Accounts and history were not deleted (code $0)."

; A program that runs can be renamed and not deleted: browsers need not be closed. The next run deletes what was renamed.
!macro SetAside ASIDE
  Delete "${ASIDE}\correo-cfdi.*.old"
  ClearErrors
  Delete "$INSTDIR\correo-cfdi.exe"
  ${If} ${FileExists} "$INSTDIR\correo-cfdi.exe"
    StrCpy $1 0
    ${Do}
      IntOp $1 $1 + 1
    ${LoopWhile} ${FileExists} "${ASIDE}\correo-cfdi.$1.old"
    ClearErrors
    Rename "$INSTDIR\correo-cfdi.exe" "${ASIDE}\correo-cfdi.$1.old"
  ${EndIf}
!macroend

; One place for each person: it is written into manifests, and no version is in it.
!macro Place
  SetRegView 64
  SetShellVarContext current
  StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${TITLE}"
!macroend

Function .onInit
  !insertmacro Place
  ReadRegStr $0 HKCU "${UNINSTALL}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} $0 "${VERSION}" $1
    ${If} $1 = 1
      MessageBox MB_OK|MB_ICONSTOP "$(NEWER)" /SD IDOK
      SetErrorLevel ${NEWER_IS_INSTALLED}
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Function un.onInit
  !insertmacro Place
FunctionEnd

Function OpenFirstSteps
  ExecShell "open" "$INSTDIR\primeros-pasos.html"
FunctionEnd

Section
  SetOutPath "$INSTDIR"
  !insertmacro SetAside "$INSTDIR"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONSTOP "$(IN_USE)" /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  ; What an earlier version brought and this one does not.
  RMDir /r "$INSTDIR\extension"
  Delete "$INSTDIR\client.json"
  !include "${FILES}"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\desinstalar.exe"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\correo-cfdi.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\desinstalar.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\desinstalar.exe" /S'
  !if "${SUPPORT}" != ""
    WriteRegStr HKCU "${UNINSTALL}" "HelpLink" "${SUPPORT}"
  !endif
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KIB}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1

  ; The program itself registers, as it does without an installer.
  nsExec::Exec '"$INSTDIR\correo-cfdi.exe" install'
  Pop $2
  ; Through the shell, because only it can put what is printed into a file as it is.
  nsExec::Exec /TIMEOUT=${DOCTOR_WAIT} '"$SYSDIR\cmd.exe" /d /s /c ""$INSTDIR\correo-cfdi.exe" doctor >"$INSTDIR\diagnostico.txt" 2>&1"'
  Pop $0
  DetailPrint "doctor: $0"
  ${If} $2 != 0
    StrCpy $0 $2
    DetailPrint "$(NOT_REGISTERED)"
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(NOT_REGISTERED)" /SD IDOK
    SetErrorLevel 3
  ${EndIf}
SectionEnd

Section "Uninstall"
  StrCpy $3 "uninstall"
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/BORRAR" $1
  IfErrors 0 erase
  MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(ALSO_DATA)" /SD IDNO IDNO keep
  erase:
    StrCpy $3 "uninstall --erase --yes"
  keep:
  nsExec::Exec '"$INSTDIR\correo-cfdi.exe" $3'
  Pop $0
  ${If} $3 != "uninstall"
  ${AndIf} $0 != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(DATA_STAYS)" /SD IDOK
  ${EndIf}
  ; Where the program could not run any more, its keys go all the same, if they are ours.
  ${If} $0 != 0
    !include "${REGISTRY}"
  ${EndIf}

  ; Out of the folder: a program that a browser still runs must not keep it.
  !insertmacro SetAside "$TEMP"
  Delete "$INSTDIR\correo-cfdi.*.old"
  RMDir /r "$INSTDIR\extension"
  Delete "$INSTDIR\primeros-pasos.html"
  Delete "$INSTDIR\diagnostico.txt"
  Delete "$INSTDIR\client.json"
  Delete "$INSTDIR\licencias.txt"
  Delete "$INSTDIR\desinstalar.exe"
  RMDir "$INSTDIR"
  ; Those that are empty now: without accounts nothing else lies there.
  RMDir "$LOCALAPPDATA\correo-cfdi\Correo CFDI\data\native-messaging"
  RMDir "$LOCALAPPDATA\correo-cfdi\Correo CFDI\data"
  RMDir "$LOCALAPPDATA\correo-cfdi\Correo CFDI"
  RMDir "$LOCALAPPDATA\correo-cfdi"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
