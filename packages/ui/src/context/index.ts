export { ContextPane, type ContextPaneProps } from './context-pane'
