export { ShareDialog, type ShareDialogProps } from './share-dialog'
export { ProgressDialog, type ProgressDialogProps } from './progress-dialog'
