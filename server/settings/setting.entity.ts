import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A setting that the operator changed in the dashboard; the others have their defaults. */
@Entity()
export class Setting {
  @PrimaryColumn('varchar', { length: 64 })
  key!: string;

  @Column('simple-json')
  value!: unknown;
}
