export type { PaletteEntry, PaletteGroup } from './entries'
export { Palette, type PaletteProps } from './palette'
