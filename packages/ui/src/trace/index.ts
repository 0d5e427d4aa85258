export { TracePane, type TracePaneProps } from './trace-pane'
