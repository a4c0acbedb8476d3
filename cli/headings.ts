/** The sections of the first page of the help, in this order. */
export const headings = {
  start: 'Run a server',
  inventory: 'Inventory',
  planning: 'Planning',
  time: 'What happens',
  files: 'Import and export',
  people: 'People and tokens',
  original: 'The words of envcli and envserver',
  more: 'More',
} as const
