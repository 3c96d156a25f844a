import { addDays, type Day } from './day.ts';
import type { Holiday, YearCalendar } from './year.ts';

/** One line of a notice: `worked` weekends (补班) pay for the `inLieu` weekdays (调休) of the block. */
type Block = {
  readonly name: string;
  readonly from: Day;
  readonly to: Day;
  readonly inLieu?: readonly Day[];
  readonly worked?: readonly Day[];
};

const daysOff = ({ name, from, to, inLieu = [] }: Block): readonly Holiday[] => {
  const holidays: Holiday[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    holidays.push(inLieu.includes(day) ? { day, name, inLieu: true } : { day, name });
  }
  return holidays;
};

const calendarYear = (year: number, source: string, blocks: readonly Block[]): YearCalendar => ({
  year,
  holidays: blocks.flatMap(daysOff),
  workdays: blocks.flatMap(({ worked = [] }) => worked),
  source,
});

/** The years published when this was built. A later year is loaded as data, see `parseYearCalendar`. */
export const builtInYears: readonly YearCalendar[] = [
  calendarYear(2024, '国办发明电〔2023〕7号', [
    { name: '元旦', from: '2024-01-01', to: '2024-01-01' },
    {
      name: '春节',
      from: '2024-02-10',
      to: '2024-02-17',
      inLieu: ['2024-02-15', '2024-02-16'],
      worked: ['2024-02-04', '2024-02-18'],
    },
    { name: '清明节', from: '2024-04-04', to: '2024-04-06', inLieu: ['2024-04-05'], worked: ['2024-04-07'] },
    {
      name: '劳动节',
      from: '2024-05-01',
      to: '2024-05-05',
      inLieu: ['2024-05-02', '2024-05-03'],
      worked: ['2024-04-28', '2024-05-11'],
    },
    { name: '端午节', from: '2024-06-10', to: '2024-06-10' },
    { name: '中秋节', from: '2024-09-15', to: '2024-09-17', inLieu: ['2024-09-16'], worked: ['2024-09-14'] },
    {
      name: '国庆节',
      from: '2024-10-01',
      to: '2024-10-07',
      inLieu: ['2024-10-04', '2024-10-07'],
      worked: ['2024-09-29', '2024-10-12'],
    },
  ]),
  calendarYear(2025, '国办发明电〔2024〕12号', [
    { name: '元旦', from: '2025-01-01', to: '2025-01-01' },
    {
      name: '春节',
      from: '2025-01-28',
      to: '2025-02-04',
      inLieu: ['2025-02-03', '2025-02-04'],
      worked: ['2025-01-26', '2025-02-08'],
    },
    { name: '清明节', from: '2025-04-04', to: '2025-04-06' },
    { name: '劳动节', from: '2025-05-01', to: '2025-05-05', inLieu: ['2025-05-05'], worked: ['2025-04-27'] },
    { name: '端午节', from: '2025-05-31', to: '2025-06-02' },
    {
      name: '国庆节、中秋节',
      from: '2025-10-01',
      to: '2025-10-08',
      inLieu: ['2025-10-07', '2025-10-08'],
      worked: ['2025-09-28', '2025-10-11'],
    },
  ]),
  calendarYear(2026, '国办发明电〔2025〕7号', [
    { name: '元旦', from: '2026-01-01', to: '2026-01-03', inLieu: ['2026-01-02'], worked: ['2026-01-04'] },
    {
      name: '春节',
      from: '2026-02-15',
      to: '2026-02-23',
      inLieu: ['2026-02-20', '2026-02-23'],
      worked: ['2026-02-14', '2026-02-28'],
    },
    { name: '清明节', from: '2026-04-04', to: '2026-04-06' },
    { name: '劳动节', from: '2026-05-01', to: '2026-05-05', inLieu: ['2026-05-05'], worked: ['2026-05-09'] },
    { name: '端午节', from: '2026-06-19', to: '2026-06-21' },
    { name: '中秋节', from: '2026-09-25', to: '2026-09-27' },
    {
      name: '国庆节',
      from: '2026-10-01',
      to: '2026-10-07',
      inLieu: ['2026-10-06', '2026-10-07'],
      worked: ['2026-09-20', '2026-10-10'],
    },
  ]),
];
