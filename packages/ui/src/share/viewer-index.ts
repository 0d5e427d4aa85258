export { LiveStatus, type LiveStatusProps } from './live-status'
export { NotShown, Viewer, type ViewerProps } from './viewer'
