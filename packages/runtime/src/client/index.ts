export type {
  Catalogue,
  SharedCopy,
  ExportedFile,
  ExportWhat,
  FileText,
  FolderPlan,
  FolderPlanFile,
  ImportedFiles,
  ImportSource,
  KeyRing,
  LinkedFolder,
  Mirror,
  MirroredSession,
  MirrorState,
  ModelAccess,
  OpenOptions,
  PortsHandle,
  Role,
  Runtime,
  SessionHandle,
  StorageState,
  WrittenFolder,
} from './api'
export { connectRuntime, loadSessions } from './connect'
export { automaticPlace, whyText } from './container/automatic-place'
export { refusedByNpm } from './container/project-needs'
export { hasPreviews } from './preview/has-previews'
export { previewOf, type Preview } from './preview/preview'
export { served } from './preview/served'
export type { RelayMember } from './relay-api'
export type { Rules } from './rules-api'
export type { NewLink, Shares, ShareShelf } from './share-api'
export { keepOffline, type Offline, type OfflineState } from './offline'
export { askToKeep } from './keep-storage'
