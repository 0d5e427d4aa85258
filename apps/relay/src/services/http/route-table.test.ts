import { describe, expect, it } from 'vitest'
import type { Json } from '@tabwright/protocol'
import { DEFAULT_IDENTITY } from '../../engine/identity'
import { readRoute, RouteTable } from './route-table'

const bind = (id: string, config: Json, functionId = `f::${id}`) =>
  readRoute({ id, triggerType: 'http', functionId, config, metadata: undefined, binder: DEFAULT_IDENTITY, worker: 'w' })

describe('addresses of functions', () => {
  it('what is written out wins over a parameter, and parameters are decoded', () => {
    const table = new RouteTable(() => true)
    for (const [id, api_path] of [
      ['any', '/users/:id'],
      ['me', 'users/me'],
      ['deep', '/users/:id/:what'],
      ['posts', '/users/:id/posts'],
    ] as const)
      table.add(bind(id, { api_path }))
    const found = (path: string) => {
      const matched = table.find('GET', path)
      return matched === undefined ? undefined : [matched.route.binding.id, matched.params]
    }
    expect(found('/users/me')).toEqual(['me', {}])
    expect(found('/users/a%2Fb%20c/')).toEqual(['any', { id: 'a/b c' }])
    expect(found('/users/1/posts')).toEqual(['posts', { id: '1' }])
    expect(found('/users/1/likes')).toEqual(['deep', { id: '1', what: 'likes' }])
    for (const path of ['/users', '/', '/users/%E0', '/users/1/2/3']) expect(found(path)).toBeUndefined()
    expect(table.find('POST', '/users/me')).toBeUndefined()
  })

  it('two of equal shape with other parameter names, or for other functions, are in conflict', () => {
    const table = new RouteTable(() => true)
    table.add(bind('a', { api_path: '/x/:id' }))
    expect(() => table.add(bind('b', { api_path: '/x/:name' }))).toThrow(/conflict with \/x\/:id/)
    expect(() => table.add(bind('b', { api_path: '/x/:id' }))).toThrow(/conflict/)
    table.add(bind('b', { api_path: '/x/:id' }, 'f::a'))
    table.add(bind('c', { api_path: '/x/:name', http_method: 'POST' }))
    table.leave('a')
    expect(table.find('GET', '/x/1')?.route).toMatchObject({ binding: { id: 'b' }, isAway: false })
  })

  it('of several who bind the same function its owner answers, with its middleware; without one the first', () => {
    let owner = 'orders'
    const table = new RouteTable(({ binder }) => binder.id === owner)
    const route = (id: string, middleware: readonly string[]) => {
      const { binding, ...rest } = bind(id, { api_path: '/x', middleware_function_ids: [...middleware] }, 'f::a')
      return { ...rest, binding: { ...binding, binder: { ...DEFAULT_IDENTITY, id } } }
    }
    table.add(route('caller', ['caller::looks-in']))
    table.add(route('orders', []))
    const found = () => table.find('GET', '/x')?.route
    expect(found()).toMatchObject({ binding: { id: 'orders' }, middleware: [] })
    owner = 'nobody'
    expect(found()).toMatchObject({ binding: { id: 'caller' } })
  })

  it('remembers who has left until another comes, and forgets who was taken away', () => {
    const table = new RouteTable(() => true)
    table.add(bind('a', { api_path: '/x/:id' }))
    table.leave('a')
    expect(table.find('GET', '/x/1')?.route.isAway).toBe(true)
    table.add(bind('b', { api_path: '/x/:other' }))
    expect(table.find('GET', '/x/1')).toMatchObject({ route: { isAway: false }, params: { other: '1' } })
    table.forget('b')
    expect(table.find('GET', '/x/1')?.route.isAway).toBe(false)
    table.leave('b')
    table.forget('b')
    expect(table.find('GET', '/x/1')).toBeUndefined()
  })

  it('refuses what is no address', () => {
    for (const config of [
      {},
      { api_path: 5 },
      { api_path: '/a?b' },
      { api_path: '/a/:' },
      { api_path: '/a', http_method: 'TRACE' },
      { api_path: '/a', middleware_function_ids: [1] },
    ])
      expect(() => bind('a', config as Json)).toThrow(/^The http trigger was not bound: /)
  })
})
