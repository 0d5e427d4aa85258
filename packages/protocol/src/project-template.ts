/** Small projects that a new session can begin with. */
export const TEMPLATES = ['page', 'program'] as const

/** One of {@link TEMPLATES}. */
export type TemplateName = (typeof TEMPLATES)[number]
