export { ProgressDialog, type ProgressDialogProps } from './progress-dialog'
