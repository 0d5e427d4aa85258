/** Bounds of the wire that both ends know. */
export const WIRE_LIMITS = {
  /** Bytes of one frame. What is larger goes through a channel. */
  frame: 1024 * 1024,
  /** Levels of nesting, and keys in all objects of a frame together. */
  depth: 64,
  keys: 10_000,
  /** A trigger that fires a function that fires a trigger …: so often. */
  triggerDepth: 8,
} as const
