export { TerminalPane, type TerminalPaneProps } from './terminal-pane'
export type { AgentSource, KeyboardSource } from './terminal-source'
