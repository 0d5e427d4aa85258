import { expect, it } from 'vitest'
import { lacksOf } from './picture-lacks'

/** A canvas here is whether it was tainted. */
const read = (isTainted: boolean): void => {
  if (isTainted) throw new DOMException('tainted by cross-origin data', 'SecurityError')
}

it('lacks nothing of a page of its own: frames that can be read, canvases, videos that are loaded or have a poster', () => {
  const videos = [
    { currentSrc: 'a.webm', poster: '' },
    { currentSrc: '', poster: 'a.png' },
  ]
  expect(lacksOf({ frames: [{ contentDocument: {} }], canvases: [false, false], videos }, read)).toEqual([])
})

it('names what cannot be read', () => {
  const mixed = { frames: [{ contentDocument: null }], canvases: [true, false, true], videos: [{ currentSrc: '', poster: '' }] }
  expect(lacksOf(mixed, read)).toEqual([
    'a frame with a page of another origin',
    '2 canvases that hold what another origin drew',
    'a video whose frames cannot be read',
  ])
})

it('takes no other failure for one of these', () => {
  const broken = (): never => {
    throw new TypeError('no canvas')
  }
  expect(() => lacksOf({ frames: [], canvases: [1], videos: [] }, broken)).toThrow('no canvas')
})
