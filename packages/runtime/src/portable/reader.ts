export { followLive, type LiveOver, type LiveView, type LiveViewOptions } from './live-view'
export { openShare } from './share-seal'
export { readShared, type SharedSession } from './shared'
