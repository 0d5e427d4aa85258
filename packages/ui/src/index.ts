export { LostDock, type LostDockProps } from './approvals/lost-dock'
export { RelayAskDock, type RelayAskDockProps } from './approvals/relay-ask-dock'
export { QuestionDock, type QuestionDockProps } from './approvals/question-dock'
export { PermissionDock, type PermissionDockProps } from './approvals/permission-dock'
export type { PermissionAnswer } from './approvals/permission-card'
export { Composer, type Attaching, type ComposerHandle, type ComposerProps, type SendWhen } from './chat/composer'
export { ModeChip, type ModeChipProps } from './chat/mode-chip'
export { HandsChip, type HandsChipProps } from './chat/hands-chip'
export { HooksStrip, type HooksStripProps } from './chat/hooks-strip'
export { RestoredStrip, type RestoredStripProps } from './chat/restored-strip'
export type { SlashCommand } from './chat/slash'
export { StatusLine, ModelChip, type StatusLineProps } from './chat/status-line'
export { densityOf, nextDensity, type Density } from './chat/density'
export { stepMessage } from './chat/message-steps'
export { Transcript, type TranscriptProps } from './chat/transcript'
export type { FailedCall } from './chat/ask-fix'
export { WorkingLine, type WorkingLineProps } from './chat/working-line'
export {
  chordText,
  isChord,
  isMacLike,
  isPressed,
  isSameChord,
  isSign,
  recordedChord,
  type Chord,
  type Pressed,
  type Recorded,
} from './keys/chord'
export { AppFrame, type AppFrameProps } from './layout/app-frame'
export { Banner, type BannerAction, type BannerProps } from './layout/banner'
export { Boundary, type BoundaryProps } from './layout/boundary'
export { PairingForm, type PairingFormProps } from './layout/pairing-form'
export { lazyLayer, lazyPart } from './layout/lazy-part'
export { Button, type ButtonProps } from './layout/button'
export { isWorkbenchTab, type FrameOpen, type FramePart, type NarrowView, type WorkbenchTab } from './layout/frame-parts'
export type { MenuEntry } from './layout/menu-button'
export { amount, sizes } from './layout/figures'
export { Home, type HomeProps, type StartFrom } from './layout/home'
export { usePaneShown } from './layout/pane-shown'
export { memory, type Memory } from './layout/remember'
export { Toast, type ToastProps } from './layout/toast'
export { TopBar, type TopBarProps } from './layout/top-bar'
export { useCopy } from './layout/use-copy'
export { useNow } from './layout/use-now'
export { fileEntry } from './palette/file-entry'
export { cleanTitle } from './sessions/clean-title'
export { SessionList, type SessionListProps } from './sessions/session-list'
export { TodoStrip } from './tasks/todo-strip'
export { TaintChip, type TaintChipProps } from './trust/taint-chip'
export { DropZone, type DropZoneProps } from './transfer/drop-zone'
export { cloneCommand } from './transfer/repository-address'
export { importSentence, progressSentence } from './transfer/import-sentence'
export type { IncomingFiles, OutgoingFiles } from './transfer/incoming'
export { applyTheme, THEME_KEY, themeChoice, type ThemeChoice } from './theme/theme-choice'
export { commentsFrom, type LineComment } from './review/line-comment'
export { mentionOf } from './chat/mention'
export { lineOfEdit, newestEdit, type DoneEdit } from './chat/edit-place'
export type { CardDoors } from './chat/card-places'
