export type { ChangeContent, ChangeSource } from './change-source'
export { ChangesPane, type ChangesPaneProps } from './changes-pane'
