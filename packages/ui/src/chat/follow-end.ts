/** Closer to the end than this counts as being there. Pixels. */
const NEAR = 48
/** A wheel's smooth scroll is over by then. */
const SETTLE_MS = 300

/** Where each session's transcript was left; a person who comes back finds it there. */
const left = new Map<string, number>()

/** Keeps the end of a scrolling box in view, or leaves the person alone. */
export interface Follower {
  /** The box that scrolls, once it is on the page. */
  attach(box: HTMLElement | null): void
  /** Goes to the end, if it is being followed. Call it whenever content or box changed. */
  follow(): void
  /** The box was scrolled, by whomever. */
  scrolled(offset: number): void
  /** A wheel, a finger, a key or the scroll bar moves up: following would fight the person. */
  movedUp(): void
  /** Back to the end. */
  jump(): void
}

/** Tells when a box that held more than fits holds less. */
function watchShrink(): (box: HTMLElement) => boolean {
  let wasTall = false
  return ({ scrollHeight, clientHeight }) => {
    const isTall = scrollHeight > clientHeight
    const shrank = wasTall && !isTall
    wasTall = isTall
    return shrank
  }
}

/** Pixels that are out of view below. */
const distanceOf = (box: HTMLElement | null): number => (box === null ? 0 : box.scrollHeight - box.clientHeight - box.scrollTop)

/** Tells while a box of another size settles: rows are measured anew then, and the browser moves what is in view. */
function watchSize(): (box: HTMLElement) => boolean {
  let size = ''
  let changedAt = -Infinity
  return ({ clientWidth, clientHeight }) => {
    const now = `${clientWidth} ${clientHeight}`
    if (size !== '' && size !== now) changedAt = performance.now()
    size = now
    return performance.now() - changedAt < SETTLE_MS
  }
}

/**
 * Follows the end while a person is there, and lets go once they move up. The move itself counts, not where it led:
 * text that streams in changes the distance to the end too, and every frame that follows it would undo the first
 * pixels of a scroll.
 * @param onAway told when the end is no longer in view, and when it is again
 */
export function createFollower(session: string, onAway: (away: boolean) => void): Follower {
  let box: HTMLElement | null = null
  let pinned = !left.has(session)
  /** The last offset reported, the last one set from here, and where the person let go of the end. */
  let [seen, set, releasedAt] = [0, -1, 0]
  let settling: ReturnType<typeof setTimeout> | undefined
  const shrank = watchShrink()
  const isResizing = watchSize()

  const pin = (): void => {
    pinned = true
    left.delete(session)
    onAway(false)
  }
  const follow = (): void => {
    if (box === null) return
    isResizing(box)
    // A rewind left less than fits: nothing is out of view any more.
    if (shrank(box) && !pinned) pin()
    if (!pinned) return
    // At once and not through the list's own scrollTo, which goes on for some frames: long enough to undo a move up.
    box.scrollTop = box.scrollHeight
    set = box.scrollTop
  }
  const scrolled = (offset: number): void => {
    const moved = offset - seen
    seen = offset
    // The echo of our own scroll may come after a person's move began.
    if (Math.abs(offset - set) < 2) return
    if (pinned && box !== null && isResizing(box)) return follow()
    // Find-in-page or a focused row: moves that no wheel or key announced.
    if (pinned && moved < -2 && distanceOf(box) > NEAR) {
      pinned = false
      releasedAt = offset + distanceOf(box)
    }
    if (pinned) return
    if (moved > 0 && distanceOf(box) <= NEAR) return pin()
    left.set(session, offset)
    if (releasedAt - offset > NEAR) onAway(true)
  }
  const movedUp = (): void => {
    // Nothing to move: a transcript that fits its box stays pinned.
    if (box === null || box.scrollHeight <= box.clientHeight) return
    if (pinned) releasedAt = box.scrollTop
    pinned = false
    clearTimeout(settling)
    settling = setTimeout(() => {
      // A nudge that leads nowhere is no wish to stay behind.
      if (!pinned && box !== null && releasedAt - box.scrollTop <= NEAR) pin()
    }, SETTLE_MS)
  }
  return {
    follow,
    scrolled,
    movedUp,
    attach(next) {
      box = next
      const offset = left.get(session)
      if (box === null || offset === undefined) return
      box.scrollTop = offset
      onAway(true)
    },
    jump() {
      pin()
      follow()
    },
  }
}
