import { sessionId } from '@tabwright/protocol'
import { fakeHash } from './fake-hash'
import { logContract } from './log-contract'
import { memoryLog } from './memory-log'

logContract('memory', async () => {
  const store = memoryLog()
  return {
    store,
    hash: fakeHash,
    async open(session) {
      const id = sessionId(session)
      await store.claim(id)
      return id
    },
    another: () => store,
    async damage(session, seq, change) {
      const events = store.sessions.get(session)?.events ?? []
      const [event] = events.slice(seq - 1, seq)
      if (event) Object.assign(events, { [seq - 1]: change(event) })
    },
    fill: (full) => store.fill(full),
    async close() {
      store.close()
    },
  }
})
