interface Seen<Canvas> {
  readonly frames: Iterable<{ readonly contentDocument: unknown }>
  readonly canvases: Iterable<Canvas>
  readonly videos: Iterable<{ readonly currentSrc: string; readonly poster: string }>
}

/**
 * What of a page a picture cannot hold, in words for whoever looks at it: nothing is left out in silence.
 * @param read looks at a point of a canvas; throws as the browser does where it holds what another origin drew
 */
export function lacksOf<Canvas>({ frames, canvases, videos }: Seen<Canvas>, read: (canvas: Canvas) => void): string[] {
  const isRefused = (canvas: Canvas): boolean => {
    try {
      read(canvas)
      return false
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === 'SecurityError') return true
      throw thrown
    }
  }
  return [
    ...said([...frames].filter((frame) => frame.contentDocument === null).length, [
      'a frame with a page of another origin',
      'frames with pages of another origin',
    ]),
    ...said([...canvases].filter(isRefused).length, [
      'a canvas that holds what another origin drew',
      'canvases that hold what another origin drew',
    ]),
    ...said([...videos].filter(({ currentSrc, poster }) => currentSrc === '' && poster === '').length, [
      'a video whose frames cannot be read',
      'videos whose frames cannot be read',
    ]),
  ]
}

const said = (count: number, [one, many]: readonly [one: string, many: string]): string[] =>
  count === 0 ? [] : [count === 1 ? one : `${count} ${many}`]
