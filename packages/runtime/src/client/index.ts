export type {
  Catalogue,
  FileText,
  KeyRing,
  Mirror,
  MirroredSession,
  MirrorState,
  ModelAccess,
  OpenOptions,
  Role,
  Runtime,
  SessionHandle,
  StorageState,
  TerminalHandle,
} from './api'
export { connectRuntime } from './connect'
export { askToKeep } from './keep-storage'
