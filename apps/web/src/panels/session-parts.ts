/** What only an open session shows, in one file: it comes while the session's worker starts. */
export { ChangesPanel, FilesPanel, PreviewPanel, TerminalPanel } from './bench-panels'
export { Conversation } from './conversation'
export { TasksPanel } from './tasks-panel'
export { ContextPanel, TracePanel } from './insight-panels'
export { RoleBanner } from './role-banner'
export { SessionLayers } from './session-layers'
