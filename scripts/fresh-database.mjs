import { IDBFactory } from 'fake-indexeddb'

// Files of tests share a process: what one has left in the database is not there for the next.
if ('indexedDB' in globalThis) Reflect.set(globalThis, 'indexedDB', new IDBFactory())
