import type { ReactNode } from 'react'

/** The sign of the house: a dovetail, the joint that holds without glue, and a tab. */
export function Mark({ size }: { readonly size: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden focusable="false">
      <rect x="2" y="2" width="20" height="20" rx="4.5" fill="var(--accent)" />
      <path d="M9.2 2H14.8L17.4 13.2H6.6Z" fill="var(--bg)" />
    </svg>
  )
}
