import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { CallError } from '@tabwright/relay-client/worker'
import { expect, it } from 'vitest'
import { FoundFunctions, type Discovering } from './found-functions'

/** A relay whose answers are what the test says. */
function found(answer: (functionId: string, data: JsonObject) => Json) {
  const asked: Json[] = []
  const connection: Discovering = {
    registerFunction: () => ({ unregister: () => undefined }),
    registerTrigger: () => ({ unregister: () => undefined }),
    invoke: async (functionId, data) => {
      asked.push([functionId, data ?? null])
      return answer(functionId, isJsonObject(data) ? data : {})
    },
  }
  return { functions: new FoundFunctions(connection, 'tab::', () => undefined), asked }
}

const LIST = 'engine::functions::list'
const row = (id: string): JsonObject => ({ function_id: id, worker_name: 'w', schema_hash: '1' })
const info = (id: string): JsonObject => ({ ...row(id), request_schema: { type: 'object', description: id } })
const idsIn = ({ function_ids: ids }: JsonObject): readonly string[] =>
  Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
const inputs = (functions: FoundFunctions): Json => functions.list.map(({ id, input }) => [id, input['description'] ?? null])

it('comes page after page, and asks again for what an answer had no room for', async () => {
  const { functions, asked } = found((id, data) => {
    if (id === LIST)
      return data['after'] === 'a::one' ? { functions: [row('a::two'), row('a::three')] } : { functions: [row('a::one')], next: 'a::one' }
    const [first, ...left] = idsIn(data)
    return { functions: first === undefined ? [] : [info(first)], ...(left.length > 0 && { left_off: left }) }
  })
  await functions.refresh()
  expect(inputs(functions)).toEqual(['a::one', 'a::two', 'a::three'].map((id) => [id, id]))
  expect(asked.filter((one) => Array.isArray(one) && one[0] === LIST)).toEqual([
    [LIST, {}],
    [LIST, { after: 'a::one' }],
  ])
})

it('leaves out the one that no answer holds, and nothing else', async () => {
  const { functions } = found((id, data) => {
    const all = Array.from({ length: 5 }, (_, n) => `a::f${n}`)
    if (id === LIST) return { functions: all.map(row) }
    const ids = idsIn(data)
    if (ids.includes('a::f3')) throw new CallError(id, { code: 'too_large', message: 'It answered more than a frame holds.' })
    return { functions: ids.map(info) }
  })
  await functions.refresh()
  expect(inputs(functions)).toEqual(['a::f0', 'a::f1', 'a::f2', 'a::f4'].map((id) => [id, id]))
})

it('says when the relay could not be asked, and keeps what it knew', async () => {
  let isGone = false
  const { functions } = found((id, data) => {
    if (isGone) throw new CallError(id, { code: 'unavailable', message: 'It is gone.' })
    return id === LIST ? { functions: [row('a::one')] } : { functions: idsIn(data).map(info) }
  })
  await functions.refresh()
  isGone = true
  await expect(functions.refresh()).rejects.toMatchObject({ code: 'unavailable' })
  expect(inputs(functions)).toEqual([['a::one', 'a::one']])
})
