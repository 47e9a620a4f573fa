; The installer of EmoCam for Windows. Made by python -m installer.windows, which defines:
;   VERSION, VERSION4 (four numbers), TREE (the folder with the files), FILES (the list of them),
;   ICON, OUTPUT, SIZE (KiB).
; Switches, exit codes and what goes where: docs/install-windows.md.
Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS all
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\EmoCam"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APP_PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths\emocam.exe"
!define POLICY "Software\Policies\EmoCam"

; Exit codes beside 0 (done) and 3010 (done, restart Windows).
!define E_WINDOWS 10
!define E_BUSY 12
!define E_WRITE 13
!define E_CAMERA 14
!define E_RUNTIME 15
!define E_SWITCH 16

Name "EmoCam"
OutFile "${OUTPUT}"
Icon "${ICON}"
UninstallIcon "${ICON}"
InstallDir "$PROGRAMFILES64\EmoCam"
RequestExecutionLevel admin
SetDateSave off
SetOverwrite on
AllowRootDirInstall false
ShowInstDetails nevershow
ShowUninstDetails nevershow
BrandingText "EmoCam ${VERSION}"
VIProductVersion "${VERSION4}"
VIAddVersionKey ProductName "EmoCam"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "EmoCam installer"
VIAddVersionKey LegalCopyright "The EmoCam authors, GPL-2.0-or-later"

Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Var Log
Var Autostart
Var CameraDir
Var CameraSums
Var Redist
Var ClassReports
Var Restart

; A line of the log file, and on the screen where there is one.
!macro Say TEXT
    DetailPrint "${TEXT}"
    ${If} $Log != ""
        FileWriteUTF16LE $Log "${TEXT}$\r$\n"
    ${EndIf}
!macroend
!define Say '!insertmacro Say'

; What is unpacked to be run lies where only administrators can write. Everybody can make folders in
; SYSTEM's own temporary folder, and win a race there (CVE-2025-43715, NSIS before 3.11).
!macro SafeTemp
    UnsafeStrCpy $TEMP "$PROGRAMFILES64"
!macroend

; The end with a code; what was there before stays.
!macro Stop CODE TEXT
    ${Say} "${TEXT} (exit code ${CODE})"
    ${IfNot} ${Silent}
        MessageBox MB_ICONSTOP|MB_OK "${TEXT}"
    ${EndIf}
    SetErrorLevel ${CODE}
    Quit
!macroend
!define Stop '!insertmacro Stop'

!macro OpenLog DEFAULT
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/LOG=" $1
    ${If} ${Errors}
        CreateDirectory "$WINDIR\Logs"
        StrCpy $1 "$WINDIR\Logs\${DEFAULT}"
    ${EndIf}
    ClearErrors
    FileOpen $Log $1 a
    ${If} ${Errors}
        StrCpy $Log ""
    ${Else}
        FileSeek $Log 0 END
    ${EndIf}
!macroend

Function .onInit
    !insertmacro SafeTemp
    SetRegView 64
    SetShellVarContext all
    StrCpy $Restart "0"
    !insertmacro OpenLog "EmoCam-install.log"
    ${GetTime} "" "L" $1 $2 $3 $4 $5 $6 $7
    ${Say} "$3-$2-$1 $5:$6:$7 EmoCam ${VERSION}: installing"
    ${IfNot} ${RunningX64}
    ${OrIfNot} ${AtLeastWin10}
        ${Stop} ${E_WINDOWS} "EmoCam needs 64-bit Windows 10 or later."
    ${EndIf}
    ${GetParameters} $0
    ${GetOptions} $0 "/AUTOSTART=" $Autostart
    ${If} $Autostart != ""
    ${AndIf} $Autostart != "0"
    ${AndIf} $Autostart != "1"
        ${Stop} ${E_SWITCH} "/AUTOSTART= takes 0 or 1."
    ${EndIf}
    ${GetOptions} $0 "/CLASSREPORTS=" $ClassReports
    ${If} $ClassReports != ""
    ${AndIf} $ClassReports != "0"
    ${AndIf} $ClassReports != "1"
        ${Stop} ${E_SWITCH} "/CLASSREPORTS= takes 0 or 1."
    ${EndIf}
    ${GetOptions} $0 "/CAMERADIR=" $CameraDir
    StrCpy $1 $CameraDir 1 -1
    ${If} $1 == "\"
        StrCpy $CameraDir "$CameraDir." ; before a quote it would take its meaning
    ${EndIf}
    ${GetOptions} $0 "/CAMERASHA256=" $CameraSums
    ${GetOptions} $0 "/VCREDIST=" $Redist
    ReadRegStr $1 HKLM "${KEY}" "InstallLocation"
    ${If} $1 != ""
        StrCpy $INSTDIR $1
    ${EndIf}
FunctionEnd

; The old version out of the way. A folder with a program that runs cannot be renamed.
!macro Aside
    RMDir /r "$INSTDIR\app.old"
    ClearErrors
    Rename "$INSTDIR\app" "$INSTDIR\app.old"
    ${If} ${Errors}
        ${Stop} ${E_BUSY} "EmoCam runs, so it cannot be replaced. End it (emocam ctl quit), or install at the next start."
    ${EndIf}
!macroend

; Everything that can be refused is looked at before anything is changed; Microsoft's runtime, which
; is, comes last.
Function Look
    ${If} $CameraDir != ""
        InitPluginsDir
        SetOutPath "$PLUGINSDIR\look"
        File "${TREE}\python.exe"
        File "${TREE}\python311.dll"
        File "${TREE}\python311.zip"
        File "${TREE}\python311._pth"
        File "${TREE}\vcruntime140.dll"
        File "${TREE}\setup\camera.py"
        nsExec::ExecToStack '"$PLUGINSDIR\look\python.exe" "$PLUGINSDIR\look\camera.py" check --source "$CameraDir" --sha256 "$CameraSums"'
        Pop $0
        Pop $1
        SetOutPath "$TEMP"
        ${If} $0 != 0
            ${Stop} ${E_CAMERA} "The virtual camera is refused: $1"
        ${EndIf}
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR\app\python.exe"
        !insertmacro Aside
        Rename "$INSTDIR\app.old" "$INSTDIR\app"
    ${EndIf}
    ${If} $Redist != ""
        ClearErrors
        ExecWait '"$Redist" /install /quiet /norestart' $0
        ${If} ${Errors}
            ${Stop} ${E_RUNTIME} "The Visual C++ runtime could not be installed: $Redist cannot be run."
        ${ElseIf} $0 == 3010
            StrCpy $Restart "1"
        ${ElseIf} $0 != 0
        ${AndIf} $0 != 1638 ; a newer one is there
            ${Stop} ${E_RUNTIME} "The Visual C++ runtime could not be installed: $Redist ended with $0."
        ${EndIf}
    ${EndIf}
    ${IfNot} ${FileExists} "$SYSDIR\msvcp140.dll"
    ${OrIfNot} ${FileExists} "$SYSDIR\vcruntime140_threads.dll"
        ${Stop} ${E_RUNTIME} "The Microsoft Visual C++ 2015-2022 runtime (x64, 14.40 or later) is missing. Install vc_redist.x64.exe, or name it with /VCREDIST=."
    ${EndIf}
FunctionEnd

Section
    SetShellVarContext all
    SetRegView 64
    Call Look
    ${If} ${FileExists} "$INSTDIR\app\python.exe"
        !insertmacro Aside
    ${EndIf}
    ClearErrors
    !include "${FILES}"
    ${If} ${Errors}
        RMDir /r "$INSTDIR\app"
        Rename "$INSTDIR\app.old" "$INSTDIR\app"
        ${Stop} ${E_WRITE} "The files cannot be written to $INSTDIR. Is there room?"
    ${EndIf}
    RMDir /r "$INSTDIR\app.old"
    SetOutPath "$INSTDIR"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortcut "$SMPROGRAMS\EmoCam.lnk" "$INSTDIR\app\emocamw.exe" "run" "$INSTDIR\app\emocam.ico"

    WriteRegStr HKLM "${APP_PATHS}" "" "$INSTDIR\app\emocam.exe"
    WriteRegStr HKLM "${KEY}" "DisplayName" "EmoCam"
    WriteRegStr HKLM "${KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${KEY}" "Publisher" "The EmoCam authors"
    WriteRegStr HKLM "${KEY}" "DisplayIcon" "$INSTDIR\app\emocam.ico"
    WriteRegStr HKLM "${KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKLM "${KEY}" "EstimatedSize" ${SIZE}
    WriteRegDWORD HKLM "${KEY}" "NoModify" 1
    WriteRegDWORD HKLM "${KEY}" "NoRepair" 1

    ${If} $Autostart == "1"
        WriteRegStr HKLM "${RUN}" "EmoCam" '"$INSTDIR\app\emocamw.exe" run --wait --unless-forbidden'
        ${Say} "EmoCam starts when somebody logs in"
    ${ElseIf} $Autostart == "0"
        DeleteRegValue HKLM "${RUN}" "EmoCam"
    ${Else}
        ; It ends at once unless the policy or setting login.autostart is true.
        ReadRegStr $0 HKLM "${RUN}" "EmoCam"
        ${If} $0 == ""
            WriteRegStr HKLM "${RUN}" "EmoCam" '"$INSTDIR\app\emocamw.exe" run --at-login'
        ${EndIf}
    ${EndIf}

    ; Class reports are off for a fleet until the administrator turns them on.
    ${If} $ClassReports == "1"
        DeleteRegValue HKLM "${POLICY}" "session.class_reports"
    ${Else}
        ReadRegStr $0 HKLM "${POLICY}" "session.class_reports"
        ${If} $0 == ""
            WriteRegDWORD HKLM "${POLICY}" "session.class_reports" 0
            WriteRegDWORD HKLM "${KEY}" "WroteClassReports" 1
        ${EndIf}
    ${EndIf}

    ${If} $CameraDir != ""
        nsExec::ExecToStack '"$INSTDIR\app\python.exe" "$INSTDIR\app\setup\camera.py" put --source "$CameraDir" --sha256 "$CameraSums" --target "$INSTDIR\camera"'
        Pop $0
        Pop $1
        ${If} $0 != 0
            ${Stop} ${E_CAMERA} "EmoCam is installed, its virtual camera is not: $1"
        ${EndIf}
        ${Say} "The virtual camera is registered"
    ${EndIf}
    ${If} $Restart == "1"
        ${Say} "Done; restart Windows (exit code 3010)"
        SetErrorLevel 3010
    ${Else}
        ${Say} "Done (exit code 0)"
        SetErrorLevel 0
    ${EndIf}
SectionEnd

Function un.onInit
    !insertmacro SafeTemp
    SetRegView 64
    SetShellVarContext all
    !insertmacro OpenLog "EmoCam-uninstall.log"
    ${Say} "EmoCam ${VERSION}: removing"
FunctionEnd

Section Uninstall
    SetRegView 64
    SetShellVarContext all
    ${If} ${FileExists} "$INSTDIR\app\python.exe"
        RMDir /r "$INSTDIR\app.old" ; an upgrade could not take it away
    ${EndIf}
    ClearErrors
    Rename "$INSTDIR\app" "$INSTDIR\app.old"
    ${If} ${Errors}
    ${AndIf} ${FileExists} "$INSTDIR\app\python.exe"
        ${Stop} ${E_BUSY} "EmoCam runs, so it cannot be removed. End it first (emocam ctl quit)."
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR\camera\*.dll"
        nsExec::ExecToStack '"$INSTDIR\app.old\python.exe" "$INSTDIR\app.old\setup\camera.py" remove --target "$INSTDIR\camera"'
        Pop $0
        Pop $1
        ${Say} "The virtual camera is taken out: $0"
        RMDir /r /REBOOTOK "$INSTDIR\camera" ; a meeting may have it open
    ${EndIf}
    RMDir /r "$INSTDIR\app.old"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\EmoCam.lnk"
    ReadRegDWORD $0 HKLM "${KEY}" "WroteClassReports"
    ${If} $0 == 1
        DeleteRegValue HKLM "${POLICY}" "session.class_reports"
        DeleteRegKey /ifempty HKLM "${POLICY}"
    ${EndIf}
    DeleteRegValue HKLM "${RUN}" "EmoCam"
    DeleteRegKey HKLM "${APP_PATHS}"
    DeleteRegKey HKLM "${KEY}"
    ${If} ${RebootFlag}
        ${Say} "Done; restart Windows (exit code 3010)"
        SetErrorLevel 3010
    ${Else}
        ${Say} "Done (exit code 0)"
        SetErrorLevel 0
    ${EndIf}
SectionEnd
