import { afterEach, expect } from 'vitest'
import { story, type Story, type StoryOptions } from './story'

/**
 * How a test file begins its stories: each is closed after its test, and a request that the provider would have refused fails the test.
 * @param defaults of every story of the file
 */
export function stories(defaults: Partial<StoryOptions> = {}): (options: StoryOptions) => Promise<Story> {
  const open: Story[] = []
  afterEach(async () => {
    const all = open.splice(0)
    await Promise.all(all.map((one) => one.close()))
    expect(all.flatMap(({ server }) => server.problems)).toEqual([])
  })
  return async (options) => {
    const begun = await story({ ...defaults, ...options })
    open.push(begun)
    return begun
  }
}
