export type { Probe } from './about-tab'
export { SettingsDialog, type SettingsDialogProps, type SettingsTab } from './settings-dialog'
export type { MirrorSectionProps } from './mirror-section'
