import 'fake-indexeddb/auto'
import { sessionId } from '@tabwright/protocol'
import { fakeClock } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { openDatabase } from './database'
import { hookTrustIdb } from './hook-trust-idb'
import { ruleShelf } from './rules-idb'

it('trust in hooks is of a project, outlives the tab and is gone when it is taken back', async () => {
  const database = await openDatabase({ name: 'hook-trust' })
  const shelf = ruleShelf(database, { clock: fakeClock() })
  const [mine, sister, other] = [sessionId('mine'), sessionId('sister'), sessionId('other')]
  await shelf.join(sister, mine)
  await hookTrustIdb(database, mine).trust('digest-1')
  database.close()
  const again = await openDatabase({ name: 'hook-trust' })
  const trusted = (session: typeof mine): Promise<string | undefined> => hookTrustIdb(again, session).trusted()
  expect([await trusted(mine), await trusted(sister), await trusted(other)]).toEqual(['digest-1', 'digest-1', undefined])
  await hookTrustIdb(again, sister).trust(undefined)
  expect(await trusted(mine)).toBeUndefined()
  shelf.close()
  again.close()
})
