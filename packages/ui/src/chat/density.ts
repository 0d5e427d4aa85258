import { createContext, useContext } from 'react'

/** How much of a conversation is shown, in the order in which its key goes through them. */
export const DENSITIES = ['normal', 'verbose', 'summary'] as const
/**
 * `normal`: a call is a line, and look-ups in a row are one. `verbose`: every card and every thought is open. `summary`: finished calls in a row are
 * one line, whatever they did, and thoughts are left out.
 */
export type Density = (typeof DENSITIES)[number]

/** The one after this. */
export function nextDensity(density: Density): Density {
  return DENSITIES[(DENSITIES.indexOf(density) + 1) % DENSITIES.length] ?? 'normal'
}

/** As it was kept; what is none is the normal one. */
export function densityOf(kept: string | null): Density {
  return DENSITIES.find((density) => density === kept) ?? 'normal'
}

/** The density of the conversation around this. */
export const ShownDensity = createContext<Density>('normal')

/** As {@link ShownDensity}. */
export function useDensity(): Density {
  return useContext(ShownDensity)
}
