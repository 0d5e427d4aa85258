import { IDBFactory } from 'fake-indexeddb'

// Files of tests share a process: what one has left in the database is not there for the next.
if ('indexedDB' in globalThis) globalThis.indexedDB = new IDBFactory()
