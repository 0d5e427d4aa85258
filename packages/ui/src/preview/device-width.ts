import type { Phrase } from '../language'

/** How wide the page is shown. */
export type DeviceWidth = 'full' | 'phone' | 'tablet' | 'laptop'

/** In CSS pixels; without one it is as wide as there is room. */
export const WIDTHS: Readonly<Record<DeviceWidth, { readonly label: Phrase; readonly pixels?: number }>> = {
  full: { label: 'Full width' },
  phone: { label: 'Phone, 390', pixels: 390 },
  tablet: { label: 'Tablet, 820', pixels: 820 },
  laptop: { label: 'Laptop, 1280', pixels: 1280 },
}

/** The width of that name. */
export function deviceWidth(name: string): DeviceWidth {
  return name === 'phone' || name === 'tablet' || name === 'laptop' ? name : 'full'
}
