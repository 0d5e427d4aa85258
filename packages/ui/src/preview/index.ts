export { PreviewPane, type PreviewPaneProps, type PreviewSource } from './preview-pane'
