export { HistoryDialog, type HistoryDialogProps } from './history-dialog'
export type { HistorySource } from './history-source'
