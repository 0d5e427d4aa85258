export { Emitter, type Listener } from './emitter.ts'
export { createStore, type Store } from './store.ts'
export { pick } from './pick.ts'
