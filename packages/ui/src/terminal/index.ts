export { TerminalPane, type TerminalPaneProps } from './terminal-pane'
export type { TerminalSource } from './terminal-source'
