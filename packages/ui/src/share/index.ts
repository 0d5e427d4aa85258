export { ForkShared, type ForkSharedProps } from './fork-shared'
export { ShareSession, type ShareSessionProps } from './share-session'
