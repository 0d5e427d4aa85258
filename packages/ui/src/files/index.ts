export type { OpenRequest } from '../editor/code-editor'
export type { FileContent, FileSource } from './file-source'
export { FolderDialog, type FolderDialogProps } from '../transfer/folder-dialog'
export { FilesPane, type FilesPaneProps } from './files-pane'
