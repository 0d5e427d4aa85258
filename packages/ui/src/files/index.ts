export type { OpenRequest } from '../editor/code-editor'
export type { FileContent, FileSource } from './file-source'
export { FilesPane, type FilesPaneProps } from './files-pane'
