import { failureOf, type Failure } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { keepAlive, type Life } from './worker-life'

interface Api {
  readonly number: number
  hang(): Promise<never>
}

/** Workers that die when told to. */
function workers() {
  const lives: { die(why: string): void; isEnded: boolean; isAgain: boolean }[] = []
  const told: string[] = []
  let now = 0
  let failure: Failure | undefined
  const life = keepAlive<Api>({
    start: (isAgain): Life<Api> => {
      let die = (_why: string): void => undefined
      const died = new Promise<string>((resolve) => (die = resolve))
      const mine = { die, isEnded: false, isAgain }
      lives.push(mine)
      return { api: { number: lives.length, hang: () => new Promise(() => undefined) }, died, end: () => void (mine.isEnded = true) }
    },
    now: () => now,
    recovering: () => void told.push('recovering'),
    gaveUp: (end) => void (failure = end),
  })
  return { life, lives, told, failure: () => failure, pass: (ms: number) => void (now += ms) }
}

const number = (api: Api): Promise<number> => Promise.resolve(api.number)

it('[C13] starts a worker again that died, and answers whoever asked it that the answer is lost', async () => {
  const { life, lives, told } = workers()
  expect(await life.ask(number)).toBe(1)
  const asked = life.ask((api) => api.hang()).catch(failureOf)
  lives[0]?.die('out of memory')
  expect(await asked).toMatchObject({ code: 'cut', message: expect.stringContaining('What was written is kept') })
  expect(await life.ask(number)).toBe(2)
  expect(told).toEqual(['recovering'])
  expect(lives.map(({ isEnded, isAgain }) => [isEnded, isAgain])).toEqual([
    [true, false],
    [false, true],
  ])
})

it('[C01] insists on what may be asked twice until a worker answers, and no longer than workers are started', async () => {
  const { life, lives } = workers()
  let asked = 0
  const third = life.insist(async (api) => (++asked < 3 ? api.hang() : api.number))
  lives[0]?.die('first')
  await expect.poll(() => asked).toBe(2)
  lives[1]?.die('second')
  expect(await third).toBe(3)
  await expect(life.insist(() => Promise.reject(new TypeError('refused')))).rejects.toThrow('refused')
  const never = life.insist((api) => api.hang()).catch(failureOf)
  for (const n of [2, 3]) {
    lives[n]?.die('again')
    await expect.poll(() => lives[n]?.isEnded).toBe(true)
  }
  expect(await never).toMatchObject({ message: expect.stringContaining('not started again') })
})

it('[C13] gives up with a report after three restarts in a minute', async () => {
  const { life, lives, failure } = workers()
  for (let n = 0; n < 4; n++) {
    expect(failure()).toBeUndefined()
    lives[n]?.die(`reason ${n}`)
    await expect.poll(() => lives[n]?.isEnded).toBe(true)
  }
  expect(lives).toHaveLength(4)
  expect(failure()).toMatchObject({ message: expect.stringMatching(/4 times within a minute.*Everything written is kept.*reason 3/) })
  expect(await life.ask(number).catch(failureOf)).toBe(failure())
})

it('[C13] goes on as long as it dies seldom', async () => {
  const { lives, failure, pass } = workers()
  for (let n = 0; n < 8; n++) {
    pass(21_000)
    lives[n]?.die('again')
    await expect.poll(() => lives.length).toBe(n + 2)
  }
  expect(failure()).toBeUndefined()
})

it('starts none after it was ended', async () => {
  const { life, lives, told } = workers()
  life.end()
  lives[0]?.die('terminated')
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect([lives.length, told, lives[0]?.isEnded]).toEqual([1, [], true])
})
