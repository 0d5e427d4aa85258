export { NotShown, Viewer, type ViewerProps } from './viewer'
