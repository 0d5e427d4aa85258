/** A file of the build, under its address. */
export interface BuildFile {
  readonly path: string
  readonly bytes: number
  /** As `fetch` takes it: bytes of another build are refused, never mixed in. */
  readonly integrity: string
}

/** What a build is made of, written in front of the service worker when the app is built (`vite.offline.ts`). */
export interface BuildFiles {
  /** Another one for every build, also in the app's document. */
  readonly build: string
  /** Kept at once, all of them or none: the app opens with them and runs commands. */
  readonly first: readonly BuildFile[]
  /** Kept when they were first used: editor, checker, Python, bundler. */
  readonly later: readonly BuildFile[]
}
